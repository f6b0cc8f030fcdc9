<?php
/**
 * The form of the settings page.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Draws the form, and reads its fields back into settings. It is complete without script.
 */
final class Settings_Form {

	/**
	 * The settings that the form's fields mean.
	 *
	 * @param array $sent The fields.
	 * @return array For Settings::save(), but for the server.
	 */
	public static function read( array $sent ) {
		$sent += array(
			'positions' => array(),
			'places'    => array(),
			'follow'    => '',
			'feeds'     => '',
		);

		$order  = isset( $sent['order'] ) && is_array( $sent['order'] ) ? $sent['order'] : array();
		$places = array_filter( (array) $sent['places'], 'is_string' );
		usort(
			$places,
			static function ( $a, $b ) use ( $order ) {
				return ( isset( $order[ $a ] ) ? (int) $order[ $a ] : 0 ) <=> ( isset( $order[ $b ] ) ? (int) $order[ $b ] : 0 );
			}
		);
		$changes = array(
			'positions'  => array_merge( array_intersect( array( 'above', 'below' ), array_filter( (array) $sent['positions'], 'is_string' ) ), array( $sent['follow'] ) ),
			'post_types' => isset( $sent['post_types'] ) ? $sent['post_types'] : array(),
			'places'     => self::with_hidden( $places ),
			'feeds'      => $sent['feeds'],
		);
		return array_merge( array_intersect_key( $sent, array_flip( array( 'side', 'style', 'size', 'label', 'minimum' ) ) ), $changes );
	}

	/**
	 * Draws the page.
	 *
	 * @param array $refused What was sent and not saved: sent, typed, found, insist; empty to show what is stored.
	 */
	public static function show( array $refused ) {
		$settings = Settings::get();
		if ( $refused ) {
			$settings = array_merge( $settings, Settings::sanitize( array_merge( $settings, self::read( $refused['sent'] ) ) ) );
		}
		?>
		<div class="wrap buttond-sharing-bar">
			<h1><?php esc_html_e( 'Sharing Bar Settings', 'buttond-sharing-bar' ); ?></h1>
			<div class="buttond-columns">
				<form method="post" action="<?php echo esc_url( Settings_Page::url() ); ?>" id="buttond-form">
					<?php wp_nonce_field( Settings_Page::NONCE ); ?>
					<button type="submit" hidden></button><?php // The return key saves; it takes a form's first button. ?>
					<h2 class="title"><?php esc_html_e( 'Server', 'buttond-sharing-bar' ); ?></h2>
					<table class="form-table" role="presentation">
						<?php Settings_Fields::server( self::server_field( $refused ) ); ?>
					</table>
					<h2 class="title"><?php esc_html_e( 'Where the bar stands', 'buttond-sharing-bar' ); ?></h2>
					<table class="form-table" role="presentation">
						<?php
						Settings_Fields::positions( $settings );
						Settings_Fields::post_types( $settings );
						Settings_Fields::feeds( $settings );
						?>
					</table>
					<h2 class="title"><?php esc_html_e( 'The button', 'buttond-sharing-bar' ); ?></h2>
					<table class="form-table" role="presentation">
						<?php
						Settings_Fields::style( $settings );
						Settings_Fields::size( $settings );
						Settings_Fields::label( $settings );
						Settings_Fields::minimum( $settings );
						?>
					</table>
					<h2 class="title"><?php esc_html_e( 'Places beside the button', 'buttond-sharing-bar' ); ?></h2>
					<table class="form-table" role="presentation">
						<?php Settings_Fields::places( $settings ); ?>
					</table>
					<?php submit_button(); ?>
				</form>
				<?php Preview::show( $refused ? $refused['sent'] : array() ); ?>
			</div>
		</div>
		<?php
	}

	/**
	 * What the server's row shows.
	 *
	 * @param array $refused As show().
	 * @return array As Settings_Fields::server() wants it.
	 */
	private static function server_field( array $refused ) {
		$is_fixed = Settings::is_fixed();
		return array(
			'name'     => 'buttond_sharing_bar[server]',
			'insist'   => 'buttond_sharing_bar[insist]',
			'typed'    => $refused ? $refused['typed'] : Settings::server(),
			'status'   => self::server_status( $refused ),
			'insisted' => ! empty( $refused['insist'] ),
			'is_fixed' => $is_fixed,
			'help'     => $is_fixed
				? __( 'Your provider chose this server.', 'buttond-sharing-bar' )
				: __( 'Your own buttond, or the one that your provider named. Nothing is shown in your blog before an address was saved here.', 'buttond-sharing-bar' ),
		);
	}

	/**
	 * What is known of the server: a mark (good, poor, bad, or none) and a sentence.
	 *
	 * @param array $refused As show().
	 * @return string[]
	 */
	private static function server_status( array $refused ) {
		if ( $refused ) {
			$found = $refused['found'];
			if ( is_wp_error( $found ) ) {
				return array( 'bad', $found->get_error_message() );
			}
			return array( true === $found['counted'] ? 'good' : 'poor', Settings_Page::praise( $found ) );
		}
		$state = Server::state();
		$wrong = Settings::wrong_constant();
		if ( '' !== $wrong ) {
			return array( 'bad', $wrong );
		}
		if ( '' === Settings::server() || ( ! $state['checked'] && ! $state['failures'] ) ) {
			return array( '', '' );
		}
		if ( $state['failures'] ) {
			return array( 'bad', __( 'The server did not answer when it was asked last.', 'buttond-sharing-bar' ) );
		}
		if ( $state['uncounted'] ) {
			return array( 'poor', __( 'The server answers, but does not count this blog.', 'buttond-sharing-bar' ) );
		}
		/* translators: 1: a version number, 2: a span of time, such as "2 hours". */
		return array( 'good', sprintf( __( 'buttond %1$s answered %2$s ago, and counts this blog.', 'buttond-sharing-bar' ), $state['server_version'], human_time_diff( $state['checked'] ) ) );
	}

	/**
	 * What is wrong with the server, and when it is asked again.
	 *
	 * @param array $state Server::state().
	 * @return string
	 */
	public static function trouble( array $state ) {
		$words = Failure::sentence( $state['last_error'], Settings::server() );
		if ( $state['retry_at'] > time() ) {
			/* translators: %s: a span of time, such as "2 hours". */
			$words .= ' ' . sprintf( __( 'Readers have the links without new numbers. The server is asked again in %s.', 'buttond-sharing-bar' ), human_time_diff( $state['retry_at'] ) );
		}
		return $words;
	}

	/**
	 * Adds the chosen places that the form does not list, because the server does not offer them now.
	 *
	 * @param string[] $places Those of the form.
	 * @return string[]
	 */
	private static function with_hidden( array $places ) {
		$offered = Settings::get()['offered'];
		return null === $offered ? $places : array_merge( $places, array_diff( Settings::chosen_places(), $offered ) );
	}
}
