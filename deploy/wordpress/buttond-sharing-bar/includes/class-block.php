<?php
/**
 * The block `buttond/sharing-bar`, for posts and for a site's templates.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Block;
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

/**
 * PHP draws it, by the same function as any bar, in the blog and in the editor.
 */
final class Block {

	const NAME   = 'buttond/sharing-bar';
	const SCRIPT = 'buttond-sharing-bar-block';

	/**
	 * Loops of posts that the page is in.
	 *
	 * @var int
	 */
	private static $loops = 0;

	/**
	 * Whether the editor asks for a preview.
	 *
	 * @var bool
	 */
	private static $previews = false;

	/**
	 * Hooks in.
	 */
	public static function hooks() {
		add_action( 'init', array( __CLASS__, 'register' ) );
		add_action( 'enqueue_block_editor_assets', array( __CLASS__, 'register_script' ), 1 );
		add_filter( 'rest_request_before_callbacks', array( __CLASS__, 'begin_preview' ), 10, 3 );
		add_filter( 'rest_request_after_callbacks', array( __CLASS__, 'end_preview' ) );
		add_action(
			'loop_start',
			static function () {
				++self::$loops;
			}
		);
		add_action(
			'loop_end',
			static function () {
				self::$loops = max( 0, self::$loops - 1 );
			}
		);
	}

	/**
	 * Registers the block. Its script is registered where there is an editor: WordPress makes other bytes of its login
	 * page where a plugin touched the scripts early.
	 */
	public static function register() {
		register_block_type( plugin_dir_path( BUTTOND_SHARING_BAR_FILE ) . 'block', array( 'render_callback' => array( __CLASS__, 'render' ) ) );
	}

	/**
	 * Registers the editor's script, and tells it which places there are, and which the settings choose.
	 */
	public static function register_script() {
		wp_register_script(
			self::SCRIPT,
			plugins_url( 'block/editor.js', BUTTOND_SHARING_BAR_FILE ),
			array( 'wp-block-editor', 'wp-blocks', 'wp-components', 'wp-element', 'wp-i18n', 'wp-server-side-render' ),
			BUTTOND_SHARING_BAR_VERSION,
			true
		);
		wp_set_script_translations( self::SCRIPT, 'buttond-sharing-bar', plugin_dir_path( BUTTOND_SHARING_BAR_FILE ) . 'languages' );
		Bar::register_style();

		$settings = Settings::get();
		$places   = array();
		foreach ( Settings::offered_places( $settings ) as $id => $place ) {
			$places[] = array(
				'id'   => $id,
				'name' => $place['name'],
			);
		}
		$data = array(
			'places' => $places,
			'chosen' => $settings['places'],
		);
		wp_add_inline_script( self::SCRIPT, 'window.buttond_sharing_bar_block = ' . wp_json_encode( $data ) . ';', 'before' );
	}

	/**
	 * Draws the block.
	 *
	 * @param array    $attributes What its author chose, maybe without any right to HTML.
	 * @param string   $content    Nothing: the block has no content.
	 * @param WP_Block $block      The block.
	 * @return string HTML; '' where no bar is due.
	 */
	public static function render( $attributes, $content, $block ) {
		if ( self::$previews ) {
			return self::preview( $attributes );
		}
		// In a template of a list, outside of its loop, WordPress says that the list's first post is around the block.
		if ( ! is_singular() && 0 === self::$loops ) {
			return '';
		}
		$id  = isset( $block->context['postId'] ) ? $block->context['postId'] : get_the_ID();
		$bar = $id ? Bar::for_post( (int) $id, self::arguments( $attributes ) ) : '';
		return '' === $bar ? '' : '<div ' . get_block_wrapper_attributes() . '>' . $bar . '</div>';
	}

	/**
	 * Notes that the editor asks for a preview, by the route that is for nothing else.
	 *
	 * @param mixed           $response Passed on.
	 * @param array           $handler  Of the route.
	 * @param WP_REST_Request $request  The request.
	 * @return mixed
	 */
	public static function begin_preview( $response, $handler, $request ) {
		self::$previews = '/wp/v2/block-renderer/' . self::NAME === $request->get_route();
		return $response;
	}

	/**
	 * Notes that the preview is drawn.
	 *
	 * @param mixed $response Passed on.
	 * @return mixed
	 */
	public static function end_preview( $response ) {
		self::$previews = false;
		return $response;
	}

	/**
	 * The block as the editor shows it, before any count. Its link is the blog's: the post may not be published.
	 *
	 * @param array $attributes What its author chose.
	 * @return string HTML.
	 */
	private static function preview( array $attributes ) {
		$bar = Bar::html(
			self::arguments( $attributes ) + array(
				'url'  => home_url( '/' ),
				'text' => get_bloginfo( 'name' ),
			)
		);
		return '' !== $bar ? $bar : '<p>' . esc_html__( 'The sharing bar needs the address of its server: see Settings, Sharing Bar.', 'buttond-sharing-bar' ) . '</p>';
	}

	/**
	 * The arguments that the block has of its own, cleaned by the shortcode's rules.
	 *
	 * @param array $attributes Of the block.
	 * @return array
	 */
	private static function arguments( array $attributes ) {
		$given = array();
		foreach ( array( 'style', 'size', 'label' ) as $name ) {
			if ( isset( $attributes[ $name ] ) && is_string( $attributes[ $name ] ) ) {
				$given[ $name ] = $attributes[ $name ];
			}
		}
		if ( isset( $attributes['minimum'] ) && is_int( $attributes['minimum'] ) ) {
			$given['minimum'] = (string) $attributes['minimum'];
		}
		if ( isset( $attributes['places'] ) && is_array( $attributes['places'] ) ) {
			$given['places'] = implode( ',', array_filter( $attributes['places'], 'is_string' ) );
		}
		return Embeds::clean( $given );
	}
}
