<?php
/**
 * The mark of a post that gets no bar.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * A box beside the editor, the classic one and that of blocks; and the marks that other plugins left.
 */
final class Off_Mark {

	const META  = '_buttond_sharing_bar_off';
	const NONCE = 'buttond_sharing_bar_off_nonce';

	/**
	 * What Jetpack, Shared Counts, Shariff and Scriptless write into a post that is to have no buttons.
	 */
	const OF_OTHERS = array( 'sharing_disabled', 'shared_counts_exclude', 'shariff_metabox_disable', '_scriptlesssocialsharing_disable' );

	/**
	 * Hooks in.
	 */
	public static function hooks() {
		add_action( 'add_meta_boxes', array( __CLASS__, 'add_box' ), 10, 2 );
		add_action( 'save_post', array( __CLASS__, 'save' ) );
	}

	/**
	 * Whether a post has a mark, ours or another plugin's.
	 *
	 * @param int $post_id The post.
	 * @return bool
	 */
	public static function is_on( $post_id ) {
		foreach ( array_merge( array( self::META ), self::OF_OTHERS ) as $key ) {
			if ( get_post_meta( $post_id, $key, true ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Adds the box where bars come by themselves.
	 *
	 * @param string       $post_type The post type.
	 * @param WP_Post|null $post      The post; a comment on its own page.
	 */
	public static function add_box( $post_type, $post = null ) {
		$settings = Settings::get();
		if ( '' !== $settings['server'] && $settings['positions'] && $post instanceof WP_Post
			&& in_array( $post_type, $settings['post_types'], true ) ) {
			add_meta_box( 'buttond_sharing_bar_box', __( 'Sharing bar', 'buttond-sharing-bar' ), array( __CLASS__, 'show_box' ), $post_type, 'side', 'low' );
		}
	}

	/**
	 * Prints the box.
	 *
	 * @param WP_Post $post The post.
	 */
	public static function show_box( $post ) {
		wp_nonce_field( self::NONCE . $post->ID, self::NONCE, false );
		printf(
			'<p><label><input type="checkbox" name="%s" value="1"%s> %s</label></p>',
			esc_attr( self::META ),
			checked( (bool) get_post_meta( $post->ID, self::META, true ), true, false ),
			esc_html__( 'No sharing bar here', 'buttond-sharing-bar' )
		);
		foreach ( self::OF_OTHERS as $key ) {
			if ( get_post_meta( $post->ID, $key, true ) ) {
				printf(
					'<p class="description">%s</p>',
					esc_html__( 'Another sharing plugin was switched off for this post, so there is no bar here anyway.', 'buttond-sharing-bar' )
				);
				return;
			}
		}
	}

	/**
	 * Saves the box. Saving without it, say by the quick edit, changes nothing.
	 *
	 * @param int $post_id The post.
	 */
	public static function save( $post_id ) {
		$nonce = isset( $_POST[ self::NONCE ] ) ? sanitize_key( wp_unslash( $_POST[ self::NONCE ] ) ) : '';
		if ( wp_is_post_revision( $post_id ) || ! wp_verify_nonce( $nonce, self::NONCE . $post_id ) || ! current_user_can( 'edit_post', $post_id ) ) {
			return;
		}
		if ( empty( $_POST[ self::META ] ) ) {
			delete_post_meta( $post_id, self::META );
		} else {
			update_post_meta( $post_id, self::META, 1 );
		}
	}
}
